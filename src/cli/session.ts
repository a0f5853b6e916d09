import { intakeSettings } from './input/change-input.ts';
import { noSuchStage, openStage, type Stage, type StageChoice } from './stage/stage.ts';
import type { Io, Screen } from './terminal/screen.ts';

/** What every command is handed. */
export interface Session {
  io: Io;
  screen: Screen;
  choice: StageChoice;
  /** The stage, found when first asked for. */
  stage(): Promise<Stage>;
}

/** A command's work: gives the exit code, or throws. */
export type Run<Options = Record<string, unknown>> = (
  session: Session,
  args: string[],
  options: Options,
) => Promise<number>;

export function createSession(io: Io, screen: Screen, choice: StageChoice): Session {
  let opened: Promise<Stage> | undefined;
  return {
    ...{ io, screen, choice },
    stage() {
      opened ??= openStage(choice, io.env);
      return opened;
    },
  };
}

/** How a stage judges changes: the setting of its functions. A fault if there is no such stage. */
export async function settingsOf(stage: Stage) {
  const settings = await stage.settings('dcs');
  if (!settings) throw noSuchStage(stage.name, 'its functions were not found');
  return intakeSettings(settings);
}
