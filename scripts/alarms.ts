import type { TemplatePart } from './existing-resources.ts';

/**
 * The alarms of a stage with few alarms. The others name a cause, go off earlier, or see what these don't: docs/deploying.md, "Few
 * alarms", says what.
 */
const FEW = new Set([
  'DcsDeadLetters',
  'SmsDeadLetters',
  'DcsProviderOutage',
  'SmsProviderOutage',
  'CredentialRefusals',
  'LedgerErrors',
  'DcsSilence',
  'SmsSilence',
  'WebhookFunctionErrors',
  'WebhookFailures',
  'ResultsDeadLetters',
  'UnknownOutcomes',
]);
const nameOf = (id: string) => id.replace(/Alarm$/, '');

interface Dashboard {
  Properties: { DashboardBody: { 'Fn::Sub': [body: string, parts: Record<string, unknown>] } };
}

/** Leaves in a compiled template the alarms that the stage chooses, and names these on its dashboard. */
export function selectAlarms(template: TemplatePart, choice: 'all' | 'few' = 'all'): void {
  const { Resources = {} } = template;
  const alarms = Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::CloudWatch::Alarm');
  const chosen = alarms.filter((id) => choice === 'all' || FEW.has(nameOf(id)));
  for (const id of alarms) if (!chosen.includes(id)) delete Resources[id];
  const dashboard = Resources.Dashboard as Dashboard | undefined;
  if (!dashboard) return;
  const [, parts] = dashboard.Properties.DashboardBody['Fn::Sub'];
  parts.Alarms = { 'Fn::Sub': chosen.map((id) => `"\${${id}.Arn}"`).join(',\n') };
}
