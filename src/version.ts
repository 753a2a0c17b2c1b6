/** This package's version, as journals and the command line name it. A test holds it equal to package.json's. */
export const VERSION = "0.1.0";
