import { describe, expect, it } from 'vitest';
import { addRates, busyShare, measure } from '../../bench/measure.mjs';

/** A contender that gives this answer, and takes these milliseconds for each run. */
function contender(name: string, output: number[], times: number[], asked: string[] = [], supported = true) {
  const answers: Record<string, object> = {
    prepare: { supported, how: name === 'layerwise' ? undefined : `${name}'s way` },
    answer: { output },
    time: { times, rss: name === 'layerwise' ? 5e6 : undefined },
    release: {},
  };
  const ask = async (task: string) => {
    asked.push(`${name} ${task}`);
    return answers[task];
  };
  return { name, ask };
}

const job = { id: 'job', op: 'matmul', a: [2, 3], b: [3, 4] };

it('the share of other programs is a share, and work counts in it', async () => {
  const reading = busyShare(400);
  for (const end = performance.now() + 200; performance.now() < end; );
  const share = await reading;
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThanOrEqual(1);
});

describe('measuring a row', () => {
  it('takes turns, and medians without the first run of each turn', async () => {
    const asked: string[] = [];
    const ours = contender('layerwise', [1, 2], [9, 1, 2, 3], asked);
    const peer = contender('peer', [1, 2], [8, 4, 6, 5], asked);
    const away = contender('away', [], [], asked, false);
    const row = await measure(job, [ours, peer, away], 3);
    const how = { peer: "peer's way" };
    expect(row).toEqual({ id: 'job', ours: 2, peers: { peer: 5 }, how, rssMB: { layerwise: 5 } });
    const turns = asked.filter((line) => line.endsWith('time'));
    expect(turns).toEqual(Array(3).fill(['layerwise time', 'peer time']).flat());
    expect(asked.slice(-2)).toEqual(['layerwise release', 'peer release']);
  });

  it('a time counts only when the answers agree', async () => {
    const asked: string[] = [];
    const peers = [contender('right', [1, 2], [5], asked), contender('wrong', [1, 2.001], [5], asked)];
    const row = await measure(job, [contender('layerwise', [1, 2], [1]), ...peers], 3);
    expect(row).toMatchObject({
      failed: expect.stringMatching(/^the answer differs from wrong's by 5\.0e-4/),
    });
    expect(row).not.toHaveProperty('ours');
    expect(row.peers).toEqual({ right: 5 });
    expect(asked).not.toContain('wrong time');
    const nan = await measure(job, [contender('layerwise', [1, Number.NaN], [1]), peers[0]], 3);
    expect(nan).toMatchObject({ failed: expect.stringMatching(/^the answer differs from right's/) });
  });

  it('rates follow from our time', () => {
    const row = { id: 'job', ours: 2, peers: {} };
    addRates(row, job, { peakGflops: 1, copyGBs: 1 });
    expect(row).toMatchObject({ gflops: 48 / 2e6, gbs: 104 / 2e6, percentOfLimit: 0.0052 });
    const net = { id: 'net_b8', ours: 4, peers: {} };
    addRates(net, { id: 'net_b8', net: 'net', batch: 8 }, { peakGflops: 1, copyGBs: 1 });
    expect(net).toEqual({ id: 'net_b8', ours: 4, peers: {}, imagesPerSecond: 2000 });
  });
});
