import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT } from '../../local/folders.ts';
import { billedStage } from '../../scripts/billed-stage.ts';
import { costTables, monthTable, networkTable } from '../../scripts/cost.ts';
import { costOfMonth, sumOf } from '../../scripts/cost-lines.ts';
import { PARAMETER_NAMES } from '../../scripts/stage-schema.ts';
import { volumeTables } from '../../scripts/volume.ts';
import { type CompiledTemplate, compiled, compiledSample, compiledWith } from '../support/compiled.ts';
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

/** A page has a text between two comments. UPDATE_PAGES=1 writes it there. */
async function expectPart(file: string, name: string, text: string): Promise<void> {
  const page = await read(file);
  const [whole = ''] = new RegExp(`<!-- ${name} -->\\n[^]*<!-- /${name} -->`).exec(page) ?? [];
  const wanted = `<!-- ${name} -->\n${text}\n<!-- /${name} -->`;
  if (process.env.UPDATE_PAGES)
    await writeFile(
      join(PROJECT, file),
      page.replace(whole, () => wanted),
    );
  else expect(whole).toBe(wanted);
}

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

  it('shows the cost that its command prints; UPDATE_PAGES=1 writes it', async () => {
    const dev = billedStage((await compiledSample('dev')).template);
    await expectPart('docs/runbook.md', 'cost', costTables(billedStage(prod.template), { seconds: 0.4, batch: 1 }));
    await expectPart('docs/runbook.md', 'cost of dev', monthTable(dev));
  }, 60_000);
});

describe('the page on networks', () => {
  it('shows the cost that its command prints; UPDATE_PAGES=1 writes it', () =>
    expectPart('docs/network.md', 'network', networkTable()));

  it('counts the interface endpoints that the template has', async () => {
    const template = await read('docs/network.yml');
    expect(networkTable()).toContain(
      `| ${template.match(/VpcEndpointType: Interface/g)?.length} interface endpoints in 2 zones |`,
    );
    expect(template).toContain('SubnetIds: [!Ref FirstSubnet, !Ref SecondSubnet]');
  });
});

describe('a small stage', () => {
  const SMALL = { region: 'eu-central-1', alarmTarget: 'none', alarms: 'few', dashboard: false, keyRotationDays: 2560 };
  const OTC = { ...SMALL, provider: 'open-telekom-cloud', providerRegion: 'eu-de' };
  const HUAWEI = { ...SMALL, provider: 'huawei-cloud', providerRegion: 'ap-southeast-3' };

  it.each([
    ['dev', () => compiledSample('dev')],
    ['a stage of Open Telekom Cloud', () => compiledWith(OTC)],
    ['a stage of Huawei Cloud', () => compiledWith(HUAWEI)],
  ])(
    'such as %s costs less than 5 USD a month without a change, also in its fifth year',
    async (_what, compile) => {
      const stage = billedStage((await compile()).template);
      for (const year of [1, 2, 5]) {
        expect(sumOf(costOfMonth(stage, year))).toBeGreaterThan(2.5);
        expect(sumOf(costOfMonth(stage, year))).toBeLessThan(5);
      }
    },
    60_000,
  );

  it('costs less than one with dashboard, with all alarms, or with a key that is rotated yearly', async () => {
    const costOf = async (more: object) =>
      sumOf(costOfMonth(billedStage((await compiledWith({ ...OTC, ...more })).template), 5));
    const small = await costOf({});
    expect(await costOf({ dashboard: true })).toBeCloseTo(small + 3);
    expect(await costOf({ alarms: 'all' })).toBeGreaterThan(small + 1);
    expect(await costOf({ keyRotationDays: 365 })).toBeCloseTo(small + 2);
  }, 120_000);
});

describe('the page on performance', () => {
  it('shows the volumes that its command prints', async () => {
    await expectPart('docs/performance.md', 'volume', volumeTables(billedStage(prod.template), 0.4, 1));
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
