// A program as bench/contenders/external.mjs starts them. It answers in pieces, as pipes may: the head of an answer and its
// floats arrive in several chunks.
const out = (data) =>
  new Promise((done) => {
    process.stdout.write(data, () => setTimeout(done, 5));
  });

let pending = Buffer.alloc(0);

process.stdin.on('data', async (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  const end = pending.indexOf(10);
  if (end < 0) return;
  const [verb, count = '0'] = pending.toString('utf8', 0, end).split(' ');
  const next = end + 1 + (verb === 'echo' ? 4 * Number(count) : 0);
  if (pending.length < next) return;
  const data = Buffer.from(pending.subarray(end + 1, next));
  pending = pending.subarray(next);
  if (verb === 'exit') process.exit(3);
  if (verb === 'fail') await out('{"error":"too bad"}\n');
  if (verb === 'time') await out('{"times":[1,2]}\n');
  if (verb !== 'echo') return;
  await out('{"floats"');
  await out(`:${count}}\n`);
  for (let i = 0; i < data.length; i += 1001) await out(data.subarray(i, i + 1001));
});

process.stdout.write('{"version":"7"}\n');
