/** The part of a module that the calls of WASI reach. */
export interface WasiHost {
  /** Returns the module's memory as it is now. */
  memory(): DataView;
  /** Writes text that the module printed. */
  print(text: string): void;
}

const SUCCESS = 0;
const BAD_FILE = 8;
const NO_SUCH_CALL = 52;
/** The size of WASI's `fdstat`, and the code of a character device in it. */
const FDSTAT_SIZE = 24;
const CHARACTER_DEVICE = 2;

/** The functions of files, sockets and signals: a libc that links them gets the answer that there are none. */
const MISSING_CALLS = [
  ...[
    "fd_advise",
    "fd_allocate",
    "fd_datasync",
    "fd_fdstat_set_rights",
    "fd_filestat_get",
    "fd_filestat_set_size",
  ],
  ...["fd_filestat_set_times", "fd_pread", "fd_pwrite", "fd_readdir", "fd_renumber", "fd_sync", "fd_tell"],
  ...["path_create_directory", "path_filestat_get", "path_filestat_set_times", "path_link", "path_open"],
  ...["path_readlink", "path_remove_directory", "path_rename", "path_symlink", "path_unlink_file"],
  ...["poll_oneoff", "proc_raise", "sock_accept", "sock_recv", "sock_send", "sock_shutdown"],
];

/** Reports that a module called `exit`, or `abort` by way of it. */
export class WasiExit extends Error {
  override readonly name = "Exit";
}

/**
 * Returns the functions of WASI (preview 1) that a libc needs: output becomes lines of the log, there are no files, arguments or
 * environment variables (its other functions answer ENOSYS), the clock stands still, and random bytes are zero, so that each run behaves the same.
 */
export function wasiFunctions(host: WasiHost): Readonly<Record<string, (...numbers: number[]) => number>> {
  const writeNothing = (countAddress: number, sizeAddress: number): number => {
    host.memory().setUint32(countAddress, 0, true);
    host.memory().setUint32(sizeAddress, 0, true);
    return SUCCESS;
  };
  const badFile = (): number => BAD_FILE;
  return {
    ...Object.fromEntries(MISSING_CALLS.map((name) => [name, () => NO_SUCH_CALL])),
    args_sizes_get: (count = 0, size = 0) => writeNothing(count, size),
    args_get: () => SUCCESS,
    environ_sizes_get: (count = 0, size = 0) => writeNothing(count, size),
    environ_get: () => SUCCESS,
    clock_res_get: (_clock = 0, address = 0) => {
      host.memory().setBigUint64(address, 1000n, true);
      return SUCCESS;
    },
    // The time is the third operand, after a 64-bit precision.
    clock_time_get: (_clock = 0, _precision = 0, address = 0) => {
      host.memory().setBigUint64(address, 0n, true);
      return SUCCESS;
    },
    fd_close: () => SUCCESS,
    fd_seek: badFile,
    fd_read: badFile,
    fd_prestat_get: badFile,
    fd_prestat_dir_name: badFile,
    fd_fdstat_set_flags: () => SUCCESS,
    fd_fdstat_get: (file = 0, address = 0) => {
      if (file > 2) return BAD_FILE;
      const memory = host.memory();
      for (let i = 0; i < FDSTAT_SIZE; i++) memory.setUint8(address + i, i === 0 ? CHARACTER_DEVICE : 0);
      return SUCCESS;
    },
    fd_write: (_file = 0, vectors = 0, vectorCount = 0, sizeAddress = 0) => {
      const memory = host.memory();
      const decoder = new TextDecoder();
      let text = "";
      let size = 0;
      for (let i = 0; i < vectorCount; i++) {
        const length = memory.getUint32(vectors + 8 * i + 4, true);
        text += decoder.decode(
          new Uint8Array(memory.buffer, memory.getUint32(vectors + 8 * i, true), length),
          { stream: i < vectorCount - 1 },
        );
        size += length;
      }
      memory.setUint32(sizeAddress, size, true);
      host.print(text);
      return SUCCESS;
    },
    random_get: (address = 0, size = 0) => {
      new Uint8Array(host.memory().buffer, address, size).fill(0);
      return SUCCESS;
    },
    sched_yield: () => SUCCESS,
    proc_exit: (status = 0) => {
      throw new WasiExit(`the program exits with status ${status}`);
    },
  };
}
