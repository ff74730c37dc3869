import { DefaultArtifactClient } from '@actions/artifact'
const client = new DefaultArtifactClient()
console.log(await client.listArtifacts(), await client.downloadArtifact(1), await client.uploadArtifact('a', [], ''))
