import { DatabaseSync } from 'node:sqlite';

/** Makes a connection fail where it would make a file larger after a commit: the disk is full by then. */
export function noRoomForTheLog(db: DatabaseSync): void {
  db.exec = (sql: string): void => {
    if (/wal_checkpoint|VACUUM/.test(sql))
      throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    DatabaseSync.prototype.exec.call(db, sql);
  };
}
