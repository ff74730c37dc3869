// src/adapters/github/plain.ts
const LINE_ENDS = /\r\n|\r|\n/;
const SEQUENCES = /\u001b(?!\[[0-9;]*m)(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])?/g;
const UNSEEN = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u2028\u2029]|\p{Default_Ignorable_Code_Point}/gu;
const COLOUR = String.raw`(?:\u001b\[[0-9;]*m)*`;
const COMMAND = new RegExp(String.raw`^((?:\s|\u001b\[[0-9;]*m)*:)(?=${COLOUR}:)`, "u");
const OLD_COMMAND = new RegExp(String.raw`(#${COLOUR}#)(?=${COLOUR}\[)`, "gu");
const MATCHED = /([\d)])\s*[:,]\s*(?=(?:fatal )?(?:error|err|warning|warn|info|information|note|notice|message|hint)\b)/giu;
const plain = (text) => text.split(LINE_ENDS).map(plainLine).join("\n");
const plainLine = (line) => line.replace(SEQUENCES, "").replace(UNSEEN, "").replace(OLD_COMMAND, "$1 ").replace(COMMAND, "$1 ").replace(MATCHED, "$1 · ");
export { plain as n, LINE_ENDS as t };
