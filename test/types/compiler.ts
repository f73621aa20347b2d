import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** An error of the compiler. */
export interface TypeError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The first line of it. */
  readonly message: string;
  /** All lines. */
  readonly text: string;
}

const ERROR = /^(.+)\((\d+),(\d+)\): error TS\d+: (.*)$/;

/** The options of the project, for files that its tsconfig does not name. */
function options(): string[] {
  const { compilerOptions } = JSON.parse(readFileSync(`${root}/tsconfig.json`, 'utf8')) as {
    compilerOptions: Record<string, unknown>;
  };
  const unused = new Set(['noUnusedLocals', 'noUnusedParameters']);
  return Object.entries(compilerOptions)
    .filter(([name]) => !unused.has(name))
    .flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** What `tsc` says about files, as the project's tsconfig sets it, but for names that nobody uses. */
export function typeErrors(files: readonly string[], flags: readonly string[] = []): TypeError[] {
  const tsc = `${root}/node_modules/typescript/bin/tsc`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [tsc, '--ignoreConfig', ...options(), '--pretty', 'false', ...flags, ...files],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const errors: TypeError[] = [];
  for (const text of stdout.split('\n')) {
    const found = ERROR.exec(text);
    const last = errors.at(-1);
    if (found !== null) {
      const [, file, line, column, message] = found as unknown as [string, string, string, string, string];
      errors.push({ file, line: Number(line), column: Number(column), message, text });
    } else if (last !== undefined && text.startsWith(' ')) {
      errors[errors.length - 1] = { ...last, text: `${last.text}\n${text}` };
    }
  }
  if (status !== 0 && errors.length === 0) throw new Error(`tsc failed: ${stdout}${stderr}`);
  return errors;
}
