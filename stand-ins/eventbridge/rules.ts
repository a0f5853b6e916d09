import { randomUUID } from 'node:crypto';
import { ACCOUNT } from '../account.ts';
import { ServiceError, type Targets } from '../json-server.ts';
import type { PublishedEvent } from './entries.ts';

/** A rule as in CloudFormation, which leads events of a bus into log groups by their source. */
export interface Rule {
  Name: string;
  State: 'ENABLED' | 'DISABLED';
  EventBusName: string;
  EventPattern: { source: string[] };
  Targets: { Id: string; Arn: string }[];
}

/** A template's rules. Returns for each event of a bus the log groups to which a rule sends it. */
export function createRules(rules: Rule[]) {
  return ({ bus, source }: PublishedEvent): string[] =>
    rules
      .filter(({ State }) => State === 'ENABLED')
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

/** What EventBridge tells of rules. */
export function ruleCalls(rules: Rule[], region: string): Targets {
  const find = (name: unknown, bus: unknown): Rule => {
    const found = rules.find(({ Name, EventBusName }) => Name === name && EventBusName === bus);
    if (found) return found;
    throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
  };
  return {
    'AWSEvents.ListRules': ({ NamePrefix = '', EventBusName }) => {
      const found = rules.filter((one) => one.EventBusName === EventBusName && one.Name.startsWith(String(NamePrefix)));
      const Rules = found.map(({ Name, State, EventPattern }) => {
        const Arn = `arn:aws:events:${region}:${ACCOUNT}:rule/${EventBusName}/${Name}`;
        return { Name, Arn, EventBusName, State, EventPattern: JSON.stringify(EventPattern) };
      });
      return { Rules };
    },
    'AWSEvents.ListTargetsByRule': ({ Rule, EventBusName }) => ({ Targets: find(Rule, EventBusName).Targets }),
  };
}
