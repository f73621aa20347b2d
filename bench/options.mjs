import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { namesIn, PEERS } from './peers.mjs';

const lists = fileURLToPath(new URL('workloads/', import.meta.url));

export const HELP = `npm run bench -- [options]

  --more            a second list of layers (bench/workloads/more.json), which nothing was measured on while it was built
  --workloads FILE  a list of your own: JSON, as bench/README.md describes (default: bench/workloads/layers.json)
  --nets            LeNet-5, AlexNet, VGG16, ResNet50 and MobileNetV2 instead, at several batch sizes
  --peers a,b       ${Object.keys(PEERS).join(', ')}, or none (default: all that are present)
  --threads N       threads of everybody (default: the cores available)
  --only REGEX      the rows whose name matches
  --rounds N        turns of each contender, at least 3 (default: 5)
  --json FILE       the figures as JSON
  --chart FILE      the figures as a bar chart, SVG
  --docs FILE       fills in the list's table in a Markdown file, between its <!-- table:NAME --> and <!-- /table:NAME -->
  --from FILE       measures nothing: takes the figures of an earlier --json

Times are medians. A ratio is the peer's time over ours. Layerwise writes to an output that it is given (predictSync's out), and so
does oneDNN; the other peers make new ones with each call, as their functions do. Weights are constants for everybody.`;

/** The command line as a plain object; an Error's message tells what is wrong with it. */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      workloads: { type: 'string' },
      more: { type: 'boolean', default: false },
      nets: { type: 'boolean', default: false },
      peers: { type: 'string' },
      threads: { type: 'string', default: String(availableParallelism()) },
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'string' },
      chart: { type: 'string' },
      docs: { type: 'string' },
      from: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const chosen = ['workloads', 'more', 'nets', 'from'].filter((name) => values[name]);
  if (chosen.length > 1)
    throw new Error(`${chosen.map((name) => `--${name}`).join(' and ')} exclude each other. Choose one.`);
  return {
    ...values,
    workloads: values.workloads ?? `${lists}${values.more ? 'more' : 'layers'}.json`,
    threads: atLeast(1, 'threads', values.threads),
    rounds: atLeast(3, 'rounds', values.rounds),
    only: new RegExp(values.only),
    peers: namesIn(values.peers),
  };
}

function atLeast(least, name, text) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} must be an integer of at least ${least}. Received ${text}.`);
  return value;
}
