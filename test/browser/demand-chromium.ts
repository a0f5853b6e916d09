import { missing } from './chromium.ts';

/** Ends the run with one line if there is no browser; nothing is installed. */
export default function demandChromium(): void {
  const line = missing();
  if (line === undefined) return;
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
