import type { Carried } from './carry.ts';

/** One line of the picture: a figure against the number of changes, both on logarithmic axes. */
interface Line {
  name: string;
  unit: string;
  colour: string;
  of(carried: Carried): number;
}

const TOTALS: Line[] = [
  { name: 'time', unit: 's', colour: '#0b6e99', of: ({ seconds }) => seconds },
  { name: 'ledger requests', unit: '', colour: '#8a4b08', of: ({ ledgerRequests }) => ledgerRequests },
];
const CONSTANTS: Line[] = [
  { name: 'age, median', unit: 'ms', colour: '#0b6e99', of: ({ age }) => age.median },
  { name: 'memory of a worker', unit: 'MB', colour: '#8a4b08', of: ({ memory }) => memory.end },
];

const WIDTH = 380;
const HEIGHT = 260;
const MARGIN = { left: 80, top: 40, right: 50, bottom: 40 };
const TEXT = 'font-family="system-ui, sans-serif" font-size="12"';

/** Two panels as an SVG image: what grows with the changes, and what must not. */
export function draw(sizes: readonly Carried[]): string {
  const panels = [
    panel('What grows with the work', sizes, TOTALS),
    panel('What should stay level', sizes, CONSTANTS),
  ].map(
    (content, place) => `<g transform="translate(${place * (WIDTH + MARGIN.left + MARGIN.right)} 0)">${content}</g>`,
  );
  const [width, height] = [2 * (WIDTH + MARGIN.left + MARGIN.right), HEIGHT + MARGIN.top + MARGIN.bottom];
  const described = 'role="img" aria-label="Time, ledger requests, age and memory against the number of changes"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${described}>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel(title: string, sizes: readonly Carried[], lines: readonly Line[]): string {
  const across = axis(
    sizes.map(({ changes }) => changes),
    MARGIN.left,
    MARGIN.left + WIDTH,
  );
  const up = axis(
    lines.flatMap(({ of }) => sizes.map(of)),
    MARGIN.top + HEIGHT,
    MARGIN.top,
  );
  return [
    `<text x="${MARGIN.left}" y="20" ${TEXT} font-weight="bold">${title}</text>`,
    ...across.powers.map((power) => tick(across.at(power), MARGIN.top + HEIGHT + 18, 'middle', power)),
    ...up.powers.map((power) => tick(MARGIN.left - 8, up.at(power) + 4, 'end', power)),
    ...up.powers.map((power) => rule(up.at(power))),
    ...lines.map((line, place) => curve(line, sizes, across.at, up.at, place)),
    `<text x="${MARGIN.left + WIDTH}" y="${MARGIN.top + HEIGHT + 36}" ${TEXT} text-anchor="end">changes</text>`,
  ].join('\n');
}

/** Powers of ten around the values, and where a value stands between two ends in pixels. */
function axis(values: readonly number[], from: number, to: number) {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  const powers = Array.from({ length: highest - lowest + 1 }, (_, place) => 10 ** (lowest + place));
  const at = (value: number) => Math.round(from + ((Math.log10(value) - lowest) / (highest - lowest)) * (to - from));
  return { powers, at };
}

const tick = (x: number, y: number, anchor: string, value: number) =>
  `<text x="${x}" y="${y}" ${TEXT} text-anchor="${anchor}">${value.toLocaleString('en')}</text>`;

const rule = (y: number) => `<line x1="${MARGIN.left}" x2="${MARGIN.left + WIDTH}" y1="${y}" y2="${y}" stroke="#ddd"/>`;

function curve(
  { name, unit, colour, of }: Line,
  sizes: readonly Carried[],
  across: (value: number) => number,
  up: (value: number) => number,
  named: number,
): string {
  const points = sizes.map((carried) => [across(carried.changes), up(of(carried))] as const);
  // Each line bears its name at a point of its own and away from the corner, so that it lies on no other text.
  const [x = 0, y = 0] = points[(named + 1) % points.length] ?? [];
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map((point) => point.join(',')).join(' ')}"/>`,
    ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`),
    `<text x="${x + 8}" y="${y + 20}" ${TEXT} fill="${colour}">${unit ? `${name} (${unit})` : name}</text>`,
  ].join('\n');
}
