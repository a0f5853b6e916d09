import { run } from './run.ts';

const [seed = '1', changes = '10000', profile = 'default'] = process.argv.slice(2);
const t = performance.now();
const report = await run(Number(seed), Number(changes), profile as 'default');
console.log(report.counts, report.fired);
for (const [kind, list] of Object.entries(report.findings)) console.log(kind, list.length, list.slice(0, 5));
console.log(report.missing, performance.now() - t);
