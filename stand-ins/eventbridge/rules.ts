import { randomUUID } from 'node:crypto';
import { ACCOUNT } from '../account.ts';
import type { PublishedEvent } from './entries.ts';

/** A rule as in CloudFormation, which leads events of a bus into log groups by their source. */
interface Rule {
  EventBusName: string;
  EventPattern: { source: string[] };
  Targets: { Id: string; Arn: string }[];
}

/** A template's rules. Returns for each event of a bus the log groups to which a rule sends it. */
export function createRules(rules: Rule[]) {
  return ({ bus, source }: PublishedEvent): string[] =>
    rules
      .filter(({ EventBusName, EventPattern }) => EventBusName === bus && EventPattern.source.includes(source))
      .flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn.split(':log-group:')[1] ?? ''));
}

/** An event as EventBridge gives it to a target. Its detail stays as it was put, byte for byte. */
export function envelopeOf({ source, detailType, detail }: PublishedEvent, region: string): string {
  const around = {
    ...{ version: '0', id: randomUUID(), 'detail-type': detailType, source, account: ACCOUNT },
    ...{ time: `${new Date().toISOString().slice(0, 19)}Z`, region, resources: [] },
  };
  return `${JSON.stringify(around).slice(0, -1)},"detail":${detail}}`;
}
