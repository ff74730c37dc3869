/**
 * How large things may be, each number once. Imports nothing: the schemas need it.
 *
 * What people write in a loop file is refused beyond its limit. What agents and programs say is
 * cut to it, but for outputs: those of one task are left out as a whole when they are too large,
 * and those of the oldest tasks when all together are. Of what is kept the oldest goes first.
 */
export const LIMITS = {
  /** Open tasks. */
  tasks: 2_000,
  /** Lanes at once. */
  lanes: 1_000,
  attempts_per_task: 100,
  /** Tasks that agents propose: in one attempt, by the plan, in one loop; and how many generations. */
  proposals_attempt: 20,
  proposals_plan: 100,
  proposals_loop: 200,
  proposals_depth: 2,
  /** Of one proposal. */
  proposal_needs: 200,
  proposal_commands: 20,
  name_chars: 200,
  spec_bytes: 16_384,
  goal_bytes: 4_096,
  prompt_bytes: 65_536,
  prompt_outputs_bytes: 16_384,
  /** Of one task, as JSON. */
  outputs_bytes: 4_096,
  /** Of all tasks together. */
  outputs_total_bytes: 262_144,
  /** What an agent may leave in its outbox: files, and each of them. */
  outbox_files: 200,
  outbox_file_bytes: 65_536,
  /** Messages that an agent sends in one attempt, and each of them. */
  messages_attempt: 20,
  message_bytes: 4_096,
  summary_bytes: 1_024,
  because_bytes: 1_000,
  /** A command that failed, and the end of what it printed. */
  command_chars: 2_000,
  tail_chars: 4_000,
  /** Of one task. */
  attempts_kept: 3,
  days_kept: 90,
  /** Mail: all that is kept. */
  mail_messages: 200,
  mail_bytes: 262_144,
  /** What agents may fill of it; the rest is for people, and for the loop itself. */
  mail_of_agents: 160,
  mail_of_agents_bytes: 196_608,
  /** To people, from all agents together, while nobody has answered. */
  mail_to_people: 50,
  /** That one sender has in the mailbox. */
  mail_sender: 40,
  /** That one attempt gets at once. */
  mail_inbox: 50,
  /** Attempts that get a message which nobody acknowledges, and its days. */
  mail_deliveries: 5,
  mail_days: 7,
  /** Acknowledged ones, kept to be looked at. */
  mail_kept: 20,
  prompt_mail_bytes: 8_192,
  estimates_kept: 32,
} as const
