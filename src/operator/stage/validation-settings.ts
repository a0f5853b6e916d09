import { OPERATIONS } from '../../contracts/contract.ts';
import type { ValidationSettings } from '../../lib/change/validate.ts';
import { REVISIONS, type Revision } from '../../lib/operations/operation.ts';
import { noSuchStage, type Stage } from './stage.ts';

/** The settings by which changes are validated: those of a stage's environment, or the defaults. */
export function validationSettings(environment: Record<string, string> = {}): ValidationSettings {
  const { SMS_API_REVISION: revision, ALLOW_INLINE_PASSWORDS: inline } = environment;
  return {
    operations: OPERATIONS,
    revision: REVISIONS.find((one) => one === revision) ?? (REVISIONS[1] satisfies Revision),
    allowInlineSecrets: inline === 'true',
  };
}

/** The settings by which a stage's functions validate changes. Throws an OperatorError if there is no such stage. */
export async function settingsOf(stage: Stage): Promise<ValidationSettings> {
  const settings = await stage.settings('dcs');
  if (!settings) throw noSuchStage(stage.name, 'its functions were not found');
  return validationSettings(settings);
}
