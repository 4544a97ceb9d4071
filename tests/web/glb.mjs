// SPDX-License-Identifier: GPL-3.0-or-later
//
// glb.mjs FILE... - the Khronos validator's word on each file: one line of
// JSON; status 1 when there is an error, a warning, or anything else to say
import { readFileSync } from 'node:fs';
import validator from 'gltf-validator';

let found = 0;
for (const path of process.argv.slice(2)) {
  const told = await validator.validateBytes(new Uint8Array(readFileSync(path)),
                                             { maxIssues: 20 });
  const { numErrors, numWarnings, numInfos, numHints, messages } = told.issues;

  found += numErrors + numWarnings + numInfos + numHints;
  console.log(JSON.stringify({
    errors: numErrors, warnings: numWarnings, infos: numInfos, hints: numHints,
    messages, facets: told.info.totalTriangleCount,
    materials: told.info.materialCount, objects: told.info.drawCallCount,
  }));
}
process.exit(found > 0 ? 1 : 0);
