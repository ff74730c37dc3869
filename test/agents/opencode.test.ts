/** The real agent in the real loop, on a model that does as told. */
import { worksInTheLoop } from '../support/real-agent.ts'

worksInTheLoop('opencode')
