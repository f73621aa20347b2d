import { parseArgs } from 'node:util';

/** A command that was called in a way it does not know: exit code 2. */
export class UsageError extends Error {}

/**
 * The arguments of a command. `--help` prints `usage` and gives undefined.
 *
 * @param {string} usage text of `--help`, whose first line is `Usage: layerwise NAME ...`
 * @param {readonly string[]} args
 * @param {Record<string, { type: 'string' | 'boolean' }>} options
 * @param {readonly [least: number, most: number]} positionals how many there may be
 * @throws {UsageError}
 */
export function readArgs(usage, args, options, [least, most]) {
  const parsed = parsedArgs(usage, args, options);
  if (parsed.values.help) {
    console.log(usage);
    return undefined;
  }
  const { length } = parsed.positionals;
  if (length < least || length > most) {
    const wanted =
      most === 0
        ? 'takes no arguments'
        : length < least
          ? 'an argument is missing'
          : 'there are too many arguments';
    throw usageError(usage, wanted);
  }
  return parsed;
}

function parsedArgs(usage, args, options) {
  try {
    const known = { help: { type: 'boolean', short: 'h' }, ...options };
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    throw usageError(usage, error.message);
  }
}

/** `layerwise plot: what is wrong`, then how the command is called. */
export function usageError(usage, what) {
  const [, name] = /^Usage: layerwise (\w+)/.exec(usage);
  return new UsageError(`layerwise ${name}: ${what}\n\n${usage}`);
}
