/** The parameters of the stage that is asked for, for serverless.yml; packaging ends with the thrown sentence. */
module.exports = async ({ resolveVariable }) => {
  const { stageParameters } = await import('../scripts/stage-parameters.ts');
  const stage = await resolveVariable('sls:stage');
  return { [stage]: stageParameters(stage) };
};
