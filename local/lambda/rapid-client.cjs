// Replaces the native client of aws-lambda-ric, which needs a C++ build. It makes the same three calls with node:http.
const http = require('node:http');
const Module = require('node:module');
const { isAbsolute } = require('node:path');
const { pathToFileURL } = require('node:url');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const base = '/2018-06-01/runtime/invocation';
let posted = Promise.resolve();

const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, path: `${base}${path}`, method, headers, agent }, (response) => {
      let bodyJson = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        bodyJson += chunk;
      });
      response.on('end', () => resolve({ bodyJson, headers: response.headers }));
    });
    request.on('error', reject).end(body);
  });

const client = {
  next: () => posted.then(() => call('GET', '/next')),
  done: (id, body) => {
    posted = call('POST', `/${id}/response`, body);
  },
  error: (id, body) => {
    posted = call('POST', `/${id}/error`, body);
  },
};

const load = Module._load;
Module._load = (request, ...rest) => (request === './rapid-client.node' ? client : load(request, ...rest));

// The runtime client imports the handler by its path. As a URL, a path ends at a # or a ?, and %20 in it is a blank.
Module.registerHooks({
  resolve: (specifier, context, next) =>
    next(
      isAbsolute(specifier) && context.conditions.includes('import') ? pathToFileURL(specifier).href : specifier,
      context,
    ),
});

// A terminal sends Ctrl-C to the whole process group, but the stack decides when a worker ends.
process.on('SIGINT', () => {});
