import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

export type Certificate = Awaited<ReturnType<typeof makeCertificate>>;

/**
 * A certificate for this machine that signed itself, in a folder of its own. This process trusts it from now on, and another
 * one whose NODE_EXTRA_CA_CERTS is `certFile`. `close()` removes the folder.
 */
export async function makeCertificate() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'certificate-'));
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  const certFile = path.join(folder, 'cert.pem');
  const keyFile = path.join(folder, 'key.pem');
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key, { mode: 0o600 })]);
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  const close = () => rm(folder, { recursive: true, force: true });
  return { cert, key, certFile, keyFile, close, [Symbol.asyncDispose]: close };
}
