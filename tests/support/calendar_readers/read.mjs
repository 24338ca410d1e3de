// Reads calendar files, given as a JSON list of texts on standard input, with ical.js and with node-ical. Answers for each
// file and reader the events as [UID, start, end, summary], by UID; times are milliseconds since 1970.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";

const byUid = (one, other) => (one[0] < other[0] ? -1 : 1);

function withIcalJs(file) {
  const events = new ICAL.Component(ICAL.parse(file)).getAllSubcomponents("vevent");
  return events.map((component) => {
    const event = new ICAL.Event(component);
    return [event.uid, event.startDate.toJSDate().getTime(), event.endDate.toJSDate().getTime(), event.summary];
  });
}

function withNodeIcal(file) {
  const events = Object.values(nodeIcal.sync.parseICS(file)).filter((each) => each.type === "VEVENT");
  return events.map((event) => [event.uid, event.start.getTime(), event.end.getTime(), event.summary]);
}

const files = JSON.parse(readFileSync(0, "utf-8"));
const read = files.map((file) => ({
  "ical.js": withIcalJs(file).sort(byUid),
  "node-ical": withNodeIcal(file).sort(byUid),
}));
process.stdout.write(JSON.stringify(read));
