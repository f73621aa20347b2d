#!/usr/bin/env node
// The command line of the installed package: `npx layerwise COMMAND`. Each command is a file of its own, loaded when asked for.
import { UsageError } from './commands/usage.mjs';

const COMMANDS = {
  explain: 'where the shape and the numbers of an op come from: explain "conv2d 227x227x3 96 11x11 stride 4"',
  summary: 'the layers of a model in a file, with shapes, parameters and multiply-adds',
  plot: 'a picture of a model in a file: plot FILE --out net.svg',
  doctor: 'the platform, the binary that is loaded, and what it found on this machine',
  build: 'compile the native addon from the sources in this package (needs g++, make and python3)',
};

const USAGE = [
  'Usage: layerwise <command> [options]',
  '',
  ...Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(9)}${text}`),
  '',
  'layerwise <command> --help tells more.',
].join('\n');

const [command = '--help', ...rest] = process.argv.slice(2);
if (command === '--help' || command === '-h' || command === 'help') {
  console.log(USAGE);
} else if (!Object.hasOwn(COMMANDS, command)) {
  console.error(`layerwise: unknown command "${command}"\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  try {
    const { run } = await import(`./commands/${command}.mjs`);
    await run(rest);
  } catch (error) {
    console.error(error.message);
    if (error.explanation !== undefined) console.error(`\n${error.explanation}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
