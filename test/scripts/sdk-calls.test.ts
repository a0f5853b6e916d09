import { describe, expect, it } from 'vitest';
import { factsOf } from '../../scripts/sdk-calls.ts';

const FOLDER = 'services/sms/v3';
/** Files in the form of the SDK's, for a service of toys. */
const FILES: Record<string, string> = {
  [`${FOLDER}/SmsClient.ts`]: `
        windToy(windToyRequest?: WindToyRequest) {
            const options = {
                method: "PUT",
                url: "/v3/toys/{toy_id}",
                contentType: "application/json;charset=UTF-8",
                queryParams: {},
            };
            if (turns !== null) {
                localVarQueryParameter['turns'] = turns;
            }
            return options;
        },

        showToy(showToyRequest?: ShowToyRequest) {
            const options = {
                method: "GET",
                url: "/v3/toys/{toy_id}",
                contentType: "application/json",
            };
            return options;
        },
`,
  [`${FOLDER}/model/WindToyRequest.ts`]: "    private 'toy_id'?: string;\n    public body?: Wind;\n",
  [`${FOLDER}/model/Wind.ts`]: "    private 'wind_mode'?: WindModeEnum | string;\n    public keys?: Array<Key>;\n",
  [`${FOLDER}/model/Key.ts`]: '    public parent?: Key;\n    public size?: number;\n',
  [`${FOLDER}/model/WindToyResponse.ts`]: '',
  [`${FOLDER}/model/ShowToyRequest.ts`]: "    private 'toy_id'?: string;\n",
  [`${FOLDER}/model/ShowToyResponse.ts`]: '    public key?: Key;\n',
};
const read = (path: string) => FILES[path] ?? `no file ${path}`;

describe('scripts/sdk-calls.ts', () => {
  it('reads what a client sends for a call, and each model that this names', () => {
    expect(factsOf('sms', ['WindToy', 'ShowToy'], read)).toEqual({
      calls: [
        {
          ...{ service: 'sms', call: 'WindToy', method: 'PUT', url: '/v3/toys/{toy_id}', query: ['turns'] },
          ...{ contentType: 'application/json;charset=UTF-8', body: 'Wind', reply: 'WindToyResponse' },
        },
        {
          ...{ service: 'sms', call: 'ShowToy', method: 'GET', url: '/v3/toys/{toy_id}', query: [] },
          ...{ contentType: 'application/json', reply: 'ShowToyResponse' },
        },
      ],
      models: {
        Wind: { wind_mode: 'string', keys: 'Array<Key>' },
        Key: { parent: 'Key', size: 'number' },
        WindToyResponse: {},
        ShowToyResponse: { key: 'Key' },
      },
    });
  });

  it('refuses a call that the SDK does not have', () => {
    expect(() => factsOf('sms', ['PaintToy'], read)).toThrow('the SDK has no call PaintToy of sms');
  });
});
