import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { withScaledVisibility } from '../../local/stand-ins.ts';
import { leftOut, localNames, pick, readTemplate, type Template } from '../../local/template.ts';

const folder = fileURLToPath(new URL('../fixtures/local/package', import.meta.url));
let template: Template;
beforeAll(async () => {
  template = await readTemplate(folder);
});
const names = () => localNames(template, 'eu-central-1', 'http://127.0.0.1:9');

describe('a compiled template on one machine', () => {
  it('names a queue by a URL that resolves and by an ARN', () => {
    expect(names().ref('DcsChangesQueue')).toBe('http://127.0.0.1:9/000000000000/fixture-dcs.fifo');
    expect(names().attribute('DcsChangesQueue', 'Arn')).toBe('arn:aws:sqs:eu-central-1:000000000000:fixture-dcs.fifo');
  });

  it('names tables, buses and functions by their names', () => {
    expect(['Ledger', 'Results', 'Changes'].map(names().ref)).toEqual([
      'fixture-ledger',
      'fixture-results',
      'fixture-changes',
    ]);
  });

  it('resolves the values of the resources that it uses', () => {
    const mapping = pick(template, 'AWS::Lambda::EventSourceMapping', names()).get('DcsMapping');
    expect(mapping).toMatchObject({
      EventSourceArn: 'arn:aws:sqs:eu-central-1:000000000000:fixture-dcs.fifo',
      FunctionName: 'arn:aws:lambda:eu-central-1:000000000000:function:fixture-changes',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('names the resource and what it lacks', () => {
    const broken: Template = { Resources: { Bad: { Type: 'AWS::Events::EventBus', Properties: {} } } };
    expect(() => pick(broken, 'AWS::Events::EventBus', names())).toThrow(/Bad \(AWS::Events::EventBus\).*Name/s);
  });

  it('refuses a name that is not in the template', () => {
    expect(() => names().ref('Nobody')).toThrow('the template has no resource Nobody');
    expect(() => names().attribute('Ledger', 'StreamArn')).toThrow('does not know the attribute StreamArn');
  });

  it('lists the resources that run when deployed, but not here', () => {
    expect(leftOut(template)).toEqual(['Timer (AWS::Scheduler::Schedule)']);
  });
});

describe('the scaled visibility', () => {
  const at = (scale: number) =>
    withScaledVisibility({ QueueName: 'q', VisibilityTimeout: 180 }, 30, scale).VisibilityTimeout;

  it('is divided by the time scale', () => {
    expect([at(1), at(2), at(20)]).toEqual([180, 90, 9]);
  });

  it('stays longer than the time-out of a function', () => {
    expect(at(1000)).toBe(6);
  });

  it('is not set where the template has none', () => {
    expect(withScaledVisibility({ QueueName: 'q' }, 30, 20)).toEqual({ QueueName: 'q' });
  });
});
