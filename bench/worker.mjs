// One contender in a process of its own: its threads, memory and spinning cannot disturb the others while they are timed.
// Messages in: { task: 'prepare' | 'time' | 'answer' | 'release' | 'exit', ... }; each is answered by one message.
const [, , module, name, threads] = process.argv;

const contender = await (await import(module)).create({ name, threads: Number(threads) });
let current;

const TASKS = {
  async prepare({ job }) {
    current = await (job.net ? contender.net(job.net, job.batch) : contender.workload(job));
    if (current === undefined) return { supported: false };
    if (!current.time) for (let i = 0; i < 2; i++) await current.run();
    return { supported: true, how: current.how };
  },
  /**
   * Runs until `minMs` have passed, at least once; gives each run's milliseconds, and this process's memory in bytes after them. A job
   * outside of this process times itself.
   */
  async time({ minMs, maxRuns }) {
    if (current.time) return { times: await current.time({ minMs, maxRuns }) };
    const times = [];
    const start = performance.now();
    do {
      const before = performance.now();
      await current.run();
      times.push(performance.now() - before);
    } while (performance.now() - start < minMs && times.length < maxRuns);
    return { times, rss: process.memoryUsage().rss };
  },
  async answer() {
    return { output: await current.output() };
  },
  async release() {
    await current?.release?.();
    current = undefined;
    return {};
  },
  async limits() {
    return contender.limits();
  },
};

process.on('disconnect', () => process.exit()); // the runner has ended, however it did
process.on('message', async (message) => {
  if (message.task === 'exit') process.exit(0);
  try {
    process.send({ ok: true, ...(await TASKS[message.task](message)) });
  } catch (error) {
    process.send({ ok: false, error: error.stack ?? String(error) });
  }
});
process.send({ ok: true, name: contender.name, version: contender.version, machine: contender.machine });
