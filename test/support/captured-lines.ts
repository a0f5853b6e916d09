import { vi } from 'vitest';

/** Everything that is written to the log from now on, line by line, until the mocks are restored. */
export function captureLines() {
  const texts: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      texts.push(...String(text).trimEnd().split('\n'));
      return true;
    });
  }
  return {
    texts,
    /** The lines, each a JSON object. */
    lines: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}
