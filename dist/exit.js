// src/entry/exit.ts
const EXIT = {
	reached: 0,
	bug: 1,
	input: 2,
	person: 3,
	budget: 4,
	waiting: 5,
	interrupted: 130
};
const BY_STATUS = {
	done: EXIT.reached,
	running: EXIT.reached,
	waiting: EXIT.waiting,
	paused: EXIT.person,
	needs_human: EXIT.person,
	budget_exhausted: EXIT.budget
};
function exitCode({ because, checkpoint }) {
	if (because === "interrupted") return EXIT.interrupted;
	if (because === "waiting") return EXIT.waiting;
	return because === "enough" ? EXIT.reached : BY_STATUS[checkpoint.status];
}
const exitOfStatus = (status) => BY_STATUS[status];
export { exitCode as n, exitOfStatus as r, EXIT as t };
