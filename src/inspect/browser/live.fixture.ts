/** A live device for the tests in a browser: it echoes what is typed, and prints what would harm a careless page. */
import { Serial } from "../../device/index.js";
import { inspect } from "../index.js";

const HOSTILE =
  '<img src=x onerror="document.title=1"><script>document.title=2</script>\x1b]0;title\x07\x1b[c\x1b[6n\x1b]52;c;aGk=\x07\x1b[31mred\x1b[0m\r\n$ ';

const serialDevice = new Serial();
const printText = (text: string): void => {
  for (const byte of new TextEncoder().encode(text)) serialDevice.write(0, byte);
};
serialDevice.mark("<b>a mark</b>");
printText(HOSTILE);
const inspector = await inspect(serialDevice, { name: "echo <i>" });
console.log(inspector.url);
setInterval(() => {
  while ((serialDevice.read(5) & 1) !== 0) serialDevice.write(0, serialDevice.read(0));
}, 50);
process.once("SIGTERM", () => {
  void inspector.close().then(() => process.exit(0));
});
