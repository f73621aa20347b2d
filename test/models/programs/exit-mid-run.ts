// process.exit while predictions run and wait must end the process with the code that was asked for.
import { slowNet } from './net.js';

const { model, x } = slowNet();
model.warmup([64, 256]);
for (let i = 0; i < 4; i++) void model.predict(x);
setTimeout(() => process.exit(7), 5);
