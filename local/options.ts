import { parseArgs } from 'node:util';
import { readWhole } from '../scripts/options.ts';

/** The default port for people. */
export const PORT = 4280;

/** The options that `npm start` takes after `--`. */
export interface Options {
  port: number;
  once: boolean;
  json: boolean;
  verbose: boolean;
  samples: boolean;
  timeScale: number;
}

export const HELP = `npm start -- [options]
  --port N        the port of the console, the webhook and /healthz (default ${PORT}; with --once any free one)
  --once          end after the samples; exit code 0 only if each ended as expected
  --json          result events on stdout, one per line, everything else on stderr
  --samples       a row for each sample, and a signed curl command for one more change
  --time-scale N  divide the waits of the deployed relay by N (default 20)
  --verbose       show what the functions log, not only their errors`;

/** Reads the command line; undefined when help is wanted. Throws an Error that names what is wrong. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      samples: { type: 'boolean', default: false },
      'time-scale': { type: 'string', default: '20' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { once, json, verbose, samples } = values;
  const port = readWhole('port', values.port ?? String(once ? 0 : PORT), 0, 65_535);
  return { port, once, json, verbose, samples, timeScale: readWhole('time-scale', values['time-scale'], 1, 1000) };
}
