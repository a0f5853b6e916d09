import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { costTables, FIXED } from '../../scripts/cost.ts';
import { PARAMETER_NAMES } from '../../scripts/stage-schema.ts';
import { volumeTables } from '../../scripts/volume.ts';
import { type CompiledTemplate, compiled, compiledSample } from '../support/compiled.ts';
import { stagesUnderTest } from '../support/stages.ts';
import { alarmsOf } from '../support/watched-metrics.ts';

const read = (file: string) => readFile(join(PROJECT, file), 'utf8');
/** The anchor of a heading, as GitHub makes it. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );

let prod: CompiledTemplate;
let runbook: string;
beforeAll(async () => {
  [prod, runbook] = await Promise.all([compiledSample('prod'), read('docs/runbook.md')]);
}, 60_000);

describe('the runbook', () => {
  it.each(stagesUnderTest())(
    'has a page for every alarm of stage %s, and names each',
    async (stage) => {
      const links = new Set(anchors(runbook));
      for (const { id, AlarmDescription } of alarmsOf(await compiled(stage))) {
        expect(links).toContain(AlarmDescription.split('#')[1]);
        expect(runbook).toContain(id.replace(/Alarm$/, ''));
      }
    },
    60_000,
  );

  it('has no page for an alarm that no longer exists', () => {
    const pages = [...runbook.matchAll(/^### ([A-Z]\w+)$/gm)].map(([, title]) => title?.toLowerCase());
    const led = new Set(alarmsOf(prod).map(({ AlarmDescription }) => AlarmDescription.split('#')[1]));
    const byHand = ['redrive'];
    expect(pages.filter((page = '') => !led.has(page) && !byHand.includes(page))).toEqual([]);
  });

  it.each(['docs/runbook.md', 'docs/deploying.md'])('and %s link to existing pages', async (file) => {
    const links = [...(await read(file)).matchAll(/\]\(([\w./-]*)(?:#([\w-]+))?\)/g)];
    const missing = links.map(async ([link, target = '', anchor]) => {
      const page = await read(target === '' ? file : join('docs', target)).catch(() => undefined);
      return page !== undefined && (!anchor || anchors(page).includes(anchor)) ? undefined : link;
    });
    expect((await Promise.all(missing)).filter(Boolean)).toEqual([]);
  });

  it('shows the cost that its command prints, for the present template', () => {
    expect(runbook).toContain(`<!-- cost -->\n${costTables({ archiveDays: 30 }, 0.4, 1)}\n<!-- /cost -->`);
    expect(FIXED.alarms).toBe(alarmsOf(prod).flatMap(({ watched }) => watched).length);
    expect(new Set(prod.functions().map(({ MemorySize }) => MemorySize))).toEqual(new Set([FIXED.memory]));
  });
});

describe('the page on performance', () => {
  it('shows the volumes that its command prints', async () => {
    const page = await read('docs/performance.md');
    expect(page).toContain(`<!-- volume -->\n${volumeTables(0.4, 1)}\n<!-- /volume -->`);
  });
});

describe('the page about deploying', () => {
  it('explains every parameter of a stage, and no other', async () => {
    const text = await read('docs/deploying.md');
    const table = text.slice(text.indexOf('## Parameters'), text.indexOf('## By GitHub Actions'));
    const explained = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(explained.sort()).toEqual([...PARAMETER_NAMES].sort());
  });
});

describe('the workflow', () => {
  it('deploys with a token of its run, without a key, after tests and packages of every stage', async () => {
    const text = await read('.github/workflows/deploy.yml');
    expect(text).toMatch(/^permissions: \{ contents: read \}$/m);
    expect(text.match(/id-token: write/g)).toHaveLength(1);
    expect(text).not.toMatch(/secrets\.|AWS_ACCESS_KEY|AWS_SECRET/i);
    expect(text).toContain('needs: test');
    expect(text).toContain('needs: package');
    expect(text).toContain("if: github.event_name != 'pull_request'");
    // A person's input reaches commands only through the environment.
    for (const [, command = ''] of text.matchAll(/- run: (.+)$/gm)) expect(command).not.toMatch(/\$\{\{/);
  });
});
