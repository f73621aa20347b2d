// npm run bench -- --help
// Each contender runs in a process of its own; the answer is checked against the peers' before a time counts; turns alternate.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, dirname, relative } from 'node:path';
import { chart } from './chart.mjs';
import { Contender } from './contender.mjs';
import { fillTable, report } from './docs.mjs';
import { geomeans } from './figures.mjs';
import { addRates, busyShare, measure } from './measure.mjs';
import { BATCHES, NETS } from './nets/spec.mjs';
import { HELP, parseOptions } from './options.mjs';
import { findPeers, PEERS } from './peers.mjs';
import { table } from './table.mjs';

/** What is wrong with the command line, or missing, is answered with a line, not with a stack. */
function orExit(read) {
  try {
    return read();
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

/** The jobs to run: workloads of a file, or nets at their batches. */
function jobs({ nets, workloads, only }) {
  const list = nets
    ? Object.keys(NETS).flatMap((net) =>
        BATCHES[net].map((batch) => ({ id: `${net}_b${batch}`, net, batch })),
      )
    : JSON.parse(readFileSync(workloads, 'utf8'));
  return list.filter(({ id }) => only.test(id));
}

/** Calls `body` with the contenders, each in a new process. */
async function among(peers, threads, body) {
  const contenders = [];
  try {
    contenders.push(await Contender.start('layerwise', './layerwise.mjs', threads));
    for (const peer of peers) contenders.push(await Contender.start(peer, PEERS[peer].module, threads));
    return await body(contenders);
  } finally {
    for (const contender of contenders) contender.stop();
  }
}

/** The rows of some jobs, measured in the same processes. */
const rowsOf = (list, { rounds, threads }, peers) =>
  among(peers, threads, async (contenders) => {
    const rows = [];
    for (const job of list) {
      const row = await measure(job, contenders, rounds);
      rows.push(row);
      console.error(`${row.id}: ${row.ours?.toFixed(3) ?? row.failed} ${JSON.stringify(row.peers)}`);
    }
    return rows;
  });

const hasTimes = (rows, name) => name === 'layerwise' || rows.some(({ peers }) => peers[name] !== undefined);

async function run(options, peers) {
  const { threads } = options;
  const busy = await busyShare();
  const about = await among(peers, threads, async (contenders) => ({
    limits: await contenders[0].ask('limits'),
    isa: contenders[0].machine.isa,
    versions: Object.fromEntries(contenders.map(({ name, version }) => [name, version])),
  }));
  const list = jobs(options);
  const rows = [];
  // A net has processes of its own: what they hold in memory then is the net's.
  for (const part of options.nets ? list.map((job) => [job]) : [list])
    rows.push(...(await rowsOf(part, options, peers)));
  // The larger of two measurements: a machine that was busy at the one moment was not slower for it.
  const after = await among([], threads, ([ours]) => ours.ask('limits'));
  const peakGflops = Math.max(about.limits.peakGflops, after.peakGflops);
  const copyGBs = Math.max(about.limits.copyGBs, after.copyGBs);
  rows.forEach((row, i) => {
    addRates(row, list[i], { peakGflops, copyGBs });
  });

  return {
    list: options.nets ? 'nets' : basename(options.workloads, '.json'),
    busy,
    date: new Date().toISOString().slice(0, 10),
    machine: { cpu: cpus()[0].model.trim(), isa: about.isa, threads, peakGflops, copyGBs },
    // A peer that can run none of them has no column.
    versions: Object.fromEntries(Object.entries(about.versions).filter(([name]) => hasTimes(rows, name))),
    rows,
    geomean: geomeans(
      rows,
      peers.filter((name) => hasTimes(rows, name)),
    ),
  };
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The table on stdout, and the files that were asked for. */
function publish(result, { json, chart: picture, docs }) {
  console.log(table(result));
  if (json) write(json, `${JSON.stringify(result, null, 2)}\n`);
  if (picture) write(picture, chart(result));
  if (docs) {
    const image = picture && relative(dirname(docs), picture);
    write(docs, fillTable(readFileSync(docs, 'utf8'), result.list, report(result, image)));
  }
}

const options = orExit(() => parseOptions(process.argv.slice(2)));
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const result = options.from
  ? orExit(() => JSON.parse(readFileSync(options.from, 'utf8')))
  : await run(
      options,
      orExit(() => findPeers(options.peers, console.error)),
    );
orExit(() => publish(result, options));
if (result.rows.some((row) => row.failed)) process.exitCode = 1;
