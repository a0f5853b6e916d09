import { randomInt } from 'node:crypto';
import { inspect, styleText } from 'node:util';
import { visible } from './visible.ts';

export type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';
export type Paint = (style: Style, text: string) => string;

/**
 * Colours for a terminal, which keep control characters in received text from reaching it. Until a line is written, each
 * of our own colour codes contains a secret number, so that `clean` can distinguish ours from received ones. The number has
 * the form of a colour, so that widths are still computed correctly.
 */
export function createPainting() {
  const secret = Array.from({ length: 4 }, () => randomInt(1000, 10_000)).join(';');
  const mark = new RegExp(String.raw`\u001b\[(\d+);${secret}m`);
  const code = (number: number) => `\u001b[${number};${secret}m`;
  return {
    painter(stream: NodeJS.WritableStream): Paint {
      const hasColours = styleText('bold', '.', { stream, validateStream: true }) !== '.';
      return (style, text) => {
        const [on = 0, off = 0] = inspect.colors[style] ?? [];
        return hasColours ? `${code(on)}${text}${code(off)}` : text;
      };
    },
    /** A line that is safe to write: our colours without the number, everything else visible. */
    clean: (line: string) =>
      line
        .split(mark)
        .map((part, at) => (at % 2 === 0 ? visible(part) : `\u001b[${part}m`))
        .join(''),
  };
}
