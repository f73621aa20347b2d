// A prediction that nothing else keeps the process alive for is still finished.
import { slowNet } from './net.js';

const { model, x } = slowNet();
void model.predict(x).then((y) => console.log(`done [${y.shape}]`));
