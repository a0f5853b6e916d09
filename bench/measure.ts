import { selfSigned } from '../local/http/certificate.ts';
import type { Bench, Measurement } from './bench.ts';
import { bundleAll } from './candidates.ts';
import { measureRequests, measureSize } from './measurements/counted.ts';
import { measureLimited } from './measurements/limited.ts';
import { measureMemory } from './measurements/memory.ts';
import { measurePace, measureStart } from './measurements/processor.ts';
import { measureReading } from './measurements/reading.ts';
import { measureOrdered, measureWaiting } from './measurements/waiting.ts';
import type { Options } from './options.ts';
import { AGAINST_BEFORE, ROWS } from './rows.ts';
import { startStandIns } from './start-stand-ins.ts';
import { evaluate, type RowMeasurement, type Verdict } from './verdict.ts';

const MEASUREMENTS: { rows: number[]; measure: Measurement }[] = [
  { rows: [10], measure: measureSize },
  { rows: [7], measure: measureRequests },
  { rows: [1, 2], measure: measureStart },
  { rows: [3, 4], measure: measureWaiting },
  { rows: [12], measure: measureOrdered },
  { rows: [5, 6], measure: measurePace },
  { rows: [8], measure: measureReading },
  { rows: [9], measure: measureLimited },
  { rows: [11], measure: measureMemory },
];

/** Measures rows and compares them with their gates. `tell` gets a text about what is being measured. */
export async function measure({ rows, quick, against }: Options, tell: (word: string) => void): Promise<Verdict[]> {
  const identity = selfSigned('127.0.0.1');
  tell('bundling the relay and its peers');
  const bundles = await bundleAll(identity.certificate, against);
  const standIns = await startStandIns(identity);
  const bench: Bench = {
    bundles,
    standIns,
    quick,
    processes: quick ? 2 : against === undefined ? 5 : 15,
    against: against !== undefined,
  };
  try {
    const found: Record<number, RowMeasurement> = {};
    for (const { rows: those, measure: take } of MEASUREMENTS) {
      if (!those.some((row) => rows.has(row))) continue;
      tell(`measuring row ${those.join(' and ')}`);
      Object.assign(found, await take(bench));
    }
    return (against === undefined ? ROWS : AGAINST_BEFORE)
      .filter(({ row }) => rows.has(row))
      .flatMap((row) => {
        const measured = found[row.row];
        return measured ? [evaluate(row, measured)] : [];
      });
  } finally {
    standIns.stop();
    await bundles.remove();
  }
}
