import { hostDoor } from '#ingress/openapi/host-door.ts';
import { toOpenApi } from '#ingress/openapi/operation.ts';
import { operatorDoor } from '#ingress/openapi/operator-door.ts';
import packageJson from '#package.json' with { type: 'json' };

/** The documents in docs/openapi, by file name. */
export const openApiDocuments = {
  'host.json': toOpenApi(hostDoor, packageJson.version),
  'operator.json': toOpenApi(operatorDoor, packageJson.version),
};
