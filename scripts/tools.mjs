// What the build scripts share: running programs, finding them, hashing files. Node built-ins only, because
// these scripts run before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's (or the installed package's) root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** An error whose message is meant for the user as it stands; scripts print it without a stack. */
export class Failure extends Error {}

/** Runs `main`, prints a Failure's message alone, and leaves with a non-zero status when it throws. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = 1;
  }
}

/** Runs a program in the root with inherited output; throws a Failure naming the command when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) throw new Failure(`${command}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new Failure(`failed (${result.signal ?? result.status}): ${[command, ...args].join(' ')}`);
  }
}

/** Runs a program quietly and returns { ok, out } with its stdout and stderr together. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...options,
  });
  return { ok: !result.error && result.status === 0, out: `${result.stdout ?? ''}${result.stderr ?? ''}` };
}

/** The full path of a program on PATH, or null. */
export function which(program) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const extension of extensions) {
      const path = join(folder, program + extension);
      if (folder && existsSync(path) && statSync(path).isFile()) return path;
    }
  }
  return null;
}

/** All files below `folder` (relative to the root or absolute), sorted, with the names in `skip` left out. */
export function filesBelow(folder, skip = []) {
  const top = join(folder === '' ? root : folder.startsWith(sep) ? folder : join(root, folder));
  const found = [];
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (skip.includes(entry.name)) continue;
      const child = join(path, entry.name);
      if (entry.isDirectory()) visit(child);
      else if (entry.isFile()) found.push(child);
    }
  };
  if (existsSync(top)) visit(top);
  return found.sort();
}

/** SHA-256 over names and contents of a set of files: the same wherever the tree lies and however old it is. */
export function hashFiles(files, base = root) {
  const hash = createHash('sha256');
  for (const file of [...files].sort()) {
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${relative(base, file).split(sep).join('/')} ${digest}\n`);
  }
  return hash.digest('hex');
}

/** True when the step `name` last finished with this value, a hash of its inputs. */
export function stampIs(name, value) {
  const file = join(root, '.setup', name);
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

export function writeStamp(name, value) {
  mkdirSync(join(root, '.setup'), { recursive: true });
  writeFileSync(join(root, '.setup', name), value);
}

/** Runs `body` while holding a lock file, so that two set-ups of one checkout do not build into each other. */
export async function withLock(body) {
  const file = join(root, '.setup', 'lock');
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(readFileSync(file, 'utf8'))) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) console.log('waiting for another set-up of this folder ...');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await body();
  } finally {
    rmSync(file, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(Number(pid), 0);
    return Number(pid) > 0;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
