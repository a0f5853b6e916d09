import { randomInt } from 'node:crypto';
import { inspect, styleText } from 'node:util';
import { visible } from './visible.ts';

export type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';
export type Paint = (style: Style, text: string) => string;

/**
 * Our own colours go to a terminal, others' control characters never do. Until they are written ours bear a number that
 * nobody can guess, which tells them apart in mixed text; it reads as part of the colour, so that widths stay right.
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
    /** A line as it may be written. */
    clean: (line: string) =>
      line
        .split(mark)
        .map((part, at) => (at % 2 === 0 ? visible(part) : `\u001b[${part}m`))
        .join(''),
  };
}
