import { parseArgs } from 'node:util';

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

/** Reads the command line. Undefined when help was asked for. Throws an Error for an invalid one. */
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
  const port = whole('--port', values.port ?? String(once ? 0 : PORT), 0, 65_535);
  return { port, once, json, verbose, samples, timeScale: whole('--time-scale', values['time-scale'], 1, 1000) };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new Error(`${name} ${text}: must be a whole number from ${least} to ${most}`);
  return value;
}
