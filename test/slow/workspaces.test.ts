import { describeWorkspaces } from '../adapters/workspaces.contract.ts'
import { workspacesOf } from '../support/workspace-repo.ts'

describeWorkspaces('folders of our own', async (request) => (await workspacesOf(request)).workspaces)

describeWorkspaces(
  "the job's checkout",
  async (request) => (await workspacesOf({ ...request, home: 'remote', inPlace: true })).workspaces,
)
