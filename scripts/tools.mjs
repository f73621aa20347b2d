// What the build scripts share: running programs, finding them, hashing files. Node built-ins only, because
// these scripts run before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
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
