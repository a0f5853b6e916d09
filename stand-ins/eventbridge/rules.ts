import { randomUUID } from 'node:crypto';
import { ACCOUNT } from '../account.ts';
import type { PublishedEvent } from './entries.ts';

/** A rule as CloudFormation has it: events of a bus by their source, into log groups. */
export interface Rule {
  EventBusName: string;
  EventPattern: { source: string[] };
  Targets: { Id: string; Arn: string }[];
}

/** A template's rules: gives to each event of a bus the log groups that a rule leads it to. */
export function createRules(rules: Rule[]) {
  return ({ bus, source }: PublishedEvent): string[] =>
    rules
      .filter(({ EventBusName, EventPattern }) => EventBusName === bus && EventPattern.source.includes(source))
      .flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn.split(':log-group:')[1] ?? ''));
}

/** An event as EventBridge hands it to a target; its detail is left byte for byte as it was put. */
export function envelopeOf({ source, detailType, detail }: PublishedEvent, region: string): string {
  const around = {
    ...{ version: '0', id: randomUUID(), 'detail-type': detailType, source, account: ACCOUNT },
    ...{ time: `${new Date().toISOString().slice(0, 19)}Z`, region, resources: [] },
  };
  return `${JSON.stringify(around).slice(0, -1)},"detail":${detail}}`;
}
