import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as onednn from './contenders/onednn.mjs';
import * as pytorch from './contenders/pytorch.mjs';

const folder = fileURLToPath(new URL('contenders', import.meta.url));

/** npm's peers: installed from a lock file, with install scripts off. */
function installContenders() {
  if (existsSync(`${folder}/node_modules/onnxruntime-node`)) return;
  console.error('installing the peers into bench/contenders');
  const stdio = ['ignore', 'ignore', 'inherit'];
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio });
  if (status !== 0)
    throw new Error('the peers cannot be installed; run with --peers none to measure without them');
}

const npm = (module) => ({ module, absent: () => undefined, install: installContenders });
const onednnPeer = { module: './contenders/onednn.mjs', absent: onednn.absent, install: onednn.build };

/**
 * Whom we measure against. `absent` gives a line where a peer is not on this machine and is not ours to install; `install` does what
 * is left to do for one that is.
 */
export const PEERS = {
  onnxruntime: npm('./contenders/onnxruntime.mjs'),
  'tfjs-wasm': npm('./contenders/tfjs-wasm.mjs'),
  pytorch: { module: './contenders/pytorch.mjs', absent: pytorch.absent, install: () => {} },
  'onednn-direct': onednnPeer,
  'onednn-winograd': onednnPeer,
};

/** The names in a list such as "onnxruntime,pytorch" or "none"; undefined without a list. */
export function namesIn(list) {
  if (list === undefined) return undefined;
  const names = list.split(',').filter((name) => name !== '' && name !== 'none');
  for (const name of names)
    if (!Object.hasOwn(PEERS, name))
      throw new Error(`there is no peer "${name}". Peers: ${Object.keys(PEERS).join(', ')}`);
  return names;
}

/**
 * The peers to measure, installed: those asked for, each of which must be there, or else all that are present. The absent ones are
 * told with `report`, one line each.
 *
 * @param {string[] | undefined} asked
 * @param {(line: string) => void} report
 * @param {Record<string, { module: string, absent: () => string | undefined, install: () => void }>} peers
 */
export function findPeers(asked, report, peers = PEERS) {
  const present = [];
  const told = new Map();
  for (const name of asked ?? Object.keys(peers)) {
    const { absent } = peers[name];
    if (!told.has(absent)) told.set(absent, absent());
    const why = told.get(absent);
    if (why === undefined) present.push(name);
    else if (asked) throw new Error(`${name} cannot be measured: ${why}`);
    else report(`without ${name}: ${why}`);
  }
  for (const install of new Set(present.map((name) => peers[name].install))) install();
  return present;
}
