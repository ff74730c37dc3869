import { S as string, g as object } from "./zod.js";
import { A as LoopError, E as diskTrouble, F as clip, J as duration, M as unreachable, S as run } from "./start.js";
import { P as environment } from "./adapters.js";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { constants as constants$1 } from "node:fs";
import { pipeline } from "node:stream/promises";
// src/adapters/install/npm.ts
const TIMEOUT = 3e5;
const SAID = 500;
async function download({ spec, file, from, signal }) {
	const folder = await mkdtemp(join(dirname(file), "npm-"));
	try {
		const ran = await run("npm", {
			args: [
				"pack",
				spec,
				...FLAGS,
				"--prefix",
				folder,
				"--pack-destination",
				folder
			],
			cwd: folder,
			env: environment({
				from,
				inherit: Object.keys(from).filter(isForNpm)
			}),
			timeout: TIMEOUT,
			signal
		});
		if (ran.code !== 0) return undelivered$1(ran);
		const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
		if (tarball === void 0) return {
			why: "other",
			said: "it says that all went well, but left nothing"
		};
		await rename(join(folder, tarball), file);
		return;
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}
const FLAGS = [...["--json", "--loglevel=error"], ...[
	"--ignore-scripts",
	"--no-audit",
	"--no-fund",
	"--no-update-notifier"
]];
const isForNpm = (name) => /^npm_config_/i.test(name) || name === "NODE_AUTH_TOKEN" || name === "NPM_TOKEN";
const Failure = object({ error: object({
	code: string().catch(""),
	summary: string().catch(""),
	detail: string().catch("")
}) });
function undelivered$1(ran) {
	if (ran.missing) return {
		why: "no_npm",
		said: "there is no npm"
	};
	if (ran.timedOut) return {
		why: "unreachable",
		said: `it did not end within ${TIMEOUT / 6e4} minutes`
	};
	const { code, summary, detail } = failureIn(ran.stdout.toString("utf8")) ?? NOTHING;
	const said = clip([code, summary || detail || ran.stderr.trim().slice(-500)].join(": "), SAID);
	if (code === "ETARGET" || code === "E404") return {
		why: "no_version",
		said
	};
	if (code === "ENOSPC" || code === "EDQUOT") return {
		why: "disk_full",
		said
	};
	return {
		why: PASSING.test(code) ? "unreachable" : "other",
		said
	};
}
const NOTHING = {
	code: "it failed",
	summary: "",
	detail: ""
};
const PASSING = /^(EAI_AGAIN|ENOTFOUND|ECONN\w+|ENET\w+|EHOST\w+|ETIMEDOUT|EIDLETIMEOUT|EPIPE|EPROTO|EINTEGRITY|E429|E5\d\d|ERR_SOCKET_TIMEOUT|ERR_STREAM_PREMATURE_CLOSE)$/;
function failureIn(stdout) {
	try {
		return Failure.safeParse(JSON.parse(stdout)).data?.error;
	} catch {
		return;
	}
}
// src/adapters/install/platform.ts
const Report = object({ header: object({ glibcVersionRuntime: string().optional() }) });
function platformKey() {
	const key = `${process.platform}-${process.arch}`;
	return process.platform === "linux" && isWithoutGlibc() ? `${key}-musl` : key;
}
function isWithoutGlibc() {
	Object.assign(process.report, { excludeNetwork: true });
	return Report.parse(process.report.getReport()).header.glibcVersionRuntime === void 0;
}
// src/adapters/install/tarball.ts
const LARGEST = 1024 ** 3;
const READ = constants$1.O_RDONLY | constants$1.O_NOFOLLOW | constants$1.O_NONBLOCK;
async function hasIntegrity(path, integrity) {
	try {
		await using file = await open(path, READ);
		const found = await file.stat();
		if (!found.isFile() || found.size > LARGEST) return false;
		const hash = createHash("sha512");
		await pipeline(file.createReadStream({
			end: LARGEST,
			autoClose: false
		}), hash);
		return `sha512-${hash.digest("base64")}` === integrity;
	} catch {
		return false;
	}
}
async function unpack({ tarball, path, beside, into, from, signal }) {
	await rm(into, {
		recursive: true,
		force: true
	});
	await mkdir(into, { recursive: true });
	const member = `package/${path}`;
	const args = [
		"-xzof",
		tarball,
		"-C",
		into,
		member,
		...beside.map((one) => `package/${one}`)
	];
	const ran = await run("tar", {
		args,
		cwd: dirname(into),
		env: environment({ from }),
		signal
	});
	if (ran.code !== 0) return { said: ran.missing ? "there is no program tar" : ran.stderr.trim() };
	const file = join(into, member);
	await chmod(file, 493);
	return { file };
}
// src/adapters/install/installer.ts
async function install(options, name, program, watch) {
	const { version = program.version, folder, clock } = options;
	const by = byHand(program, version);
	const parcel = parcelFor(options, name, program, version);
	if (parcel === void 0) throw new LoopError("agent-missing", unknownPlatform(options, name, program), by);
	const since = clock.now();
	watch?.note({ line: `agent ${name}: installing ${parcel.spec}` });
	try {
		await mkdir(folder, { recursive: true });
		const source = await obtain({
			...options,
			parcel,
			by,
			signal: watch?.signal
		});
		const into = join(folder, `${name}-${version}`);
		const unpacked = await unpack({
			...parcel,
			into,
			from: options.from,
			signal: watch?.signal
		});
		if ("said" in unpacked) throw notUnpacked(parcel, unpacked.said, by);
		if (!(source === "npm" && parcel.integrity !== void 0 && options.cache !== void 0)) await rm(parcel.tarball, { force: true });
		const took = duration(clock.now() - since);
		watch?.note({ line: `agent ${name}: installed ${parcel.spec} from ${source} in ${took}` });
		return unpacked.file;
	} catch (error) {
		throw diskTrouble(error);
	}
}
async function keepDownloads(place, agents) {
	const kept = [];
	for (const { name, program } of agents) {
		const parcel = program && parcelFor(place, name, program, program.version);
		if (parcel?.integrity === void 0 || place.cache === void 0) continue;
		if (!await hasIntegrity(parcel.tarball, parcel.integrity)) continue;
		if (await place.cache.save(entryOf(parcel))) kept.push(parcel.key);
	}
	return kept;
}
function parcelFor(place, name, program, version) {
	const platform = place.platform ?? platformKey();
	const binary = program.binaries[platform];
	if (binary === void 0) return void 0;
	return {
		spec: `${binary.package}@${version}${binary.suffix ?? ""}`,
		key: `cms-agent/${name}/${version}/${platform}`,
		tarball: join(place.folder, `${name}-${version}-${platform}.tgz`),
		path: binary.path,
		beside: binary.beside ?? [],
		integrity: version === program.version ? binary.integrity : void 0
	};
}
const entryOf = ({ tarball, key }) => ({
	paths: [tarball],
	key
});
async function obtain(order) {
	const { parcel, by, from, signal } = order;
	if (await restored(order)) return "the cache";
	const { spec, tarball, integrity } = parcel;
	const failed = await download({
		spec,
		file: tarball,
		from,
		signal
	});
	if (failed !== void 0) throw undelivered(order, failed);
	if (integrity === void 0 || await hasIntegrity(tarball, integrity)) return "npm";
	await rm(tarball, { force: true });
	throw new LoopError("agent-missing", `npm has another ${spec} than the one that was tested`, by);
}
async function restored({ cache, parcel }) {
	const { integrity, key, tarball } = parcel;
	if (cache === void 0 || integrity === void 0) return false;
	if (await cache.restore(entryOf(parcel)) === key && await hasIntegrity(tarball, integrity)) return true;
	await rm(tarball, {
		recursive: true,
		force: true
	});
	return false;
}
function notUnpacked({ spec }, said, by) {
	const text = `${spec} cannot be unpacked: ${clip(said, 500)}`;
	return /no space left|quota exceeded/i.test(said) ? new LoopError("disk-full", text) : new LoopError("agent-missing", text, by);
}
const byHand = (program, version) => ({ hint: `Install it in a step before this one: \`npm install --global ${program.package}@${version}\`.` });
const unknownPlatform = (place, name, { package: from, binaries }) => `agent "${name}": ${from} has no program for ${place.platform ?? platformKey()}, only for ${Object.keys(binaries).join(", ")}`;
function undelivered({ parcel, by, version }, { why, said }) {
	const { spec } = parcel;
	switch (why) {
		case "no_npm": return new LoopError("agent-missing", `${spec} is not installed, and there is no npm to install it`, { hint: "Install Node with npm, or the agent itself, in a step before this one." });
		case "no_version": return new LoopError("agent-missing", `npm does not find ${spec}: ${said}`, { hint: version === void 0 ? `Point npm to a registry that has it. Or: ${by.hint}` : `Change the input \`agent-version\`, or leave it out: then the tested version is installed.` });
		case "unreachable": return new LoopError("agent-unavailable", `npm could not get ${spec}: ${said}`);
		case "disk_full": return new LoopError("disk-full", `npm could not get ${spec}: ${said}`);
		case "other": return new LoopError("agent-missing", `npm could not get ${spec}: ${said}`, by);
		default: return unreachable(why);
	}
}
export { keepDownloads as n, install as t };
