import { Presets, SingleBar } from 'cli-progress';

/** A bar on a terminal, a plain line for each tenth otherwise. */
export function createProgress(total, stream = process.stderr) {
  if (stream.isTTY) {
    const bar = new SingleBar(
      { stream, format: '{bar} {percentage}%  {value}/{total} images  {rate} images/s', hideCursor: true },
      Presets.shades_classic,
    );
    bar.start(total, 0, { rate: 0 });
    return {
      update: (done, perSecond) => bar.update(done, { rate: Math.round(perSecond) }),
      stop: () => bar.stop(),
    };
  }
  let tenth = 0;
  return {
    update(done, perSecond) {
      const now = Math.floor((10 * done) / Math.max(1, total));
      if (now <= tenth) return;
      tenth = now;
      stream.write(`${done}/${total} images, ${Math.round(perSecond)} images/s\n`);
    },
    stop() {},
  };
}
