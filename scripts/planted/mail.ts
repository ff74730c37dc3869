/** Bugs of mail: lost, twice, to the wrong one, without end. */
import { type Bug, bugsIn } from './bug.ts'

export const MAIL_BUGS: readonly Bug[] = [
  ...bugsIn('core/mail', 'core/mail core/mail.property', [
    {
      name: 'mail-without-end',
      find: 'return waits && times < LIMITS.mail_deliveries && last !== fence',
      replace: 'return waits && last !== fence',
      hurts: 'What nobody acknowledges is delivered to every attempt for ever.',
      breaks: 'G8',
    },
    {
      name: 'mail-delivered-again-to-the-same',
      find: 'return waits && times < LIMITS.mail_deliveries && last !== fence',
      replace: 'return waits && times < LIMITS.mail_deliveries',
      hurts: 'An attempt gets the same message every second.',
    },
    {
      name: 'mail-of-people-comes-back',
      find: 'const isPatient = from === HUMAN || from === HARNESS',
      replace: 'const isPatient = from === HARNESS',
      hurts: 'The answer to a question that parked a task is thrown away.',
      tests: ['core/mail', 'app/message'],
    },
    {
      name: 'one-reader-for-all',
      find: 'return acknowledged.length > 0 && others.every(({ id }) => acknowledged.includes(id))',
      replace: 'return acknowledged.length > 0',
      hurts: 'What is to all is forgotten when the first has read it.',
    },
  ]),
  ...bugsIn('core/mailing', 'core/mail core/mail.property app/mail', [
    {
      name: 'letters-sent-twice',
      find: '    if (sent.has(key)) continue\n',
      replace: '',
      hurts: 'Whatever was sent while the agent worked is sent again at its end.',
      breaks: 'G2',
    },
    {
      name: 'no-most-for-an-attempt',
      find: "const isTooMuch = sender !== 'human' && sent.size >= LIMITS.messages_attempt",
      replace: 'const isTooMuch = false',
      hurts: 'One attempt floods the mailbox, or fails to settle.',
      breaks: 'G8',
    },
    {
      name: 'agents-fill-the-mailbox',
      find: 'const most = isOurs ? LIMITS.mail_messages : LIMITS.mail_of_agents',
      replace: 'const most = LIMITS.mail_messages',
      hurts: 'People cannot answer any more, because agents have taken all the room.',
    },
    {
      name: 'foreign-acknowledgements-count',
      find: 'return one !== undefined && isTo(one, task) && (got.has(id) || one.deliveries[task] !== undefined)',
      replace: 'return one !== undefined',
      hurts: 'An agent takes as read what others never got.',
      breaks: 'G6',
    },
    {
      name: 'notes-about-notes',
      find: 'const tellable = lost.filter(({ message }) => message.bounced === undefined && message.from !== HARNESS)',
      replace: 'const tellable = lost',
      hurts: 'Nobody: a note is never told to who sent it, because the loop itself did.',
      survives: 'A note to the loop itself is dropped by `note`, too.',
    },
    {
      name: 'given-up-at-work',
      find: 'return times >= LIMITS.mail_deliveries && !isAtWork',
      replace: 'return times >= LIMITS.mail_deliveries',
      hurts: 'The fifth attempt reads a message and acknowledges one that is gone.',
    },
  ]),
  ...bugsIn('core/reduce-mail', 'core/mail core/mail.property app/mail', [
    {
      name: 'mail-of-whoever-has-lost-the-lease',
      find: '  const { task, lease } = held(checkpoint, of)\n  const letters',
      replace:
        "  const task = findTask(checkpoint, of.task)\n  if (task?.state.at !== 'leased') return checkpoint\n  const { lease } = task.state\n  const letters",
      hurts: 'An attempt that was given up speaks for the one that works now.',
      breaks: 'G5',
    },
    {
      name: 'deliveries-of-nobody-count',
      find: "if (CONSEQUENCES[verdict].attempt !== 'no') return checkpoint",
      replace: 'if (verdict.length > 0) return checkpoint',
      hurts: 'A service that was away five times has read the mail.',
    },
    {
      name: 'unread-mail-is-forgotten',
      find: 'const old = new Set(settled.slice(0, Math.max(0, settled.length - room)))',
      replace:
        'const old = new Set(messages.slice(0, Math.max(0, messages.length - room)).map(({ id }) => id))',
      hurts: 'A flood pushes out what people have not read.',
      breaks: 'G2',
    },
    {
      name: 'numbers-from-the-start',
      find: 'mail_seq: checkpoint.mail_seq + posted.length,',
      replace: 'mail_seq: posted.length,',
      hurts: 'Two messages have one number, and an answer goes to the wrong one.',
    },
  ]),
  ...bugsIn('app/exchange', 'app/mail', [
    {
      name: 'commits-for-quiet',
      find: '    if (letters.length === 0) return undefined\n',
      replace: '',
      hurts: 'Nobody: a commit without letters is not made.',
      survives: 'It abstains where nothing is posted, and has only asked more often.',
    },
    {
      name: 'sends-without-a-pause',
      find: 'if (send === undefined || clock.now() - this.#sentAt < send) return undefined',
      replace: 'if (send === undefined) return undefined',
      hurts: 'A chatty agent makes a commit every two seconds.',
    },
    {
      name: 'sends-over-the-wall',
      find: 'if (send === undefined || clock.now() - this.#sentAt < send) return undefined',
      replace: 'if (clock.now() - this.#sentAt < (send ?? 0)) return undefined',
      hurts: 'A machine that may write nothing tries to.',
      breaks: 'G6',
    },
    {
      name: 'asks-without-a-pause',
      find: 'if (now - this.#fetchedAt < this.#pace.fetch) return undefined',
      replace: 'if (now < this.#fetchedAt) return undefined',
      hurts: 'Every agent asks the remote every two seconds.',
    },
    {
      name: 'mail-ends-the-attempt',
      find: '      this.#fail(error)\n',
      replace: '      this.#fail(error)\n      throw error\n',
      hurts: 'A remote that is away for a moment ends the work of an hour.',
      breaks: 'G3',
    },
    {
      name: 'arrivals-are-not-written-down',
      find: '      this.#unwritten.add(message.id)\n',
      replace: '',
      hurts: 'What came while it worked can never be acknowledged, and comes again.',
    },
  ]),
  ...bugsIn('app/message', 'app/message entry/action-mail', [
    {
      name: 'said-twice',
      find: 'if (before !== undefined) return',
      replace: 'if (before !== undefined && before.seq < 0) return',
      hurts: 'Words whose answer was lost are sent again.',
    },
  ]),
]
