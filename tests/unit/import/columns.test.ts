import { describe, expect, it } from 'vitest';
import { checkRoles, columnNames } from '../../../src/core/import/columns.ts';
import { rolesByName } from '../../../src/core/import/recognise/role-names.ts';
import { sniffDialect } from '../../../src/core/import/csv-dialect.ts';

describe('columns of behaviours are recognised', () => {
  it.each([
    ['user_id,timestamp,behavior_text', 'userId time text'],
    ['user_id,event_time,behavior_text', 'userId time text'],
    [
      'user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration',
      'userId action time item app media poi duration',
    ],
    ['用户ID,时间,行为描述', 'userId time text'],
    ['用户id,行为时间,行为,商品,应用,媒体,地点,时长', 'userId time action item app media poi duration'],
    [
      'User ID,Event-Time,ACTION,Item,APP,Media,POI,Duration',
      'userId time action item app media poi duration',
    ],
    [' userId ,eventTime,behaviorText', 'userId time text'],
    ['用户 编号,时间戳,行为类型,停留时长(秒)', 'userId time action duration'],
    ['用户ID,时间,行为,时长（秒）', 'userId time action duration'],
    ['用戶,時間,行為,時長', 'userId time action duration'],
    ['user_id,action,timestamp,city,渠道', 'userId action time extra extra'],
    [',user_id,timestamp,action', 'ignore userId time action'],
    ['Kunden-Nr.,Zeitstempel,Ereignistyp,Dauer', 'userId extra action duration'],
    ['Benutzername,timestamp,Aktivität', 'userId time action'],
    ['id_utilisateur,timestamp,evenement,durée', 'userId time action duration'],
    ['Identifiant client,timestamp,Événement', 'userId time action'],
    ['ID de cliente,timestamp,Tipo de evento,duración', 'userId time action duration'],
    ['id_usuario,timestamp,acao,duracao', 'userId time action duration'],
    ['utente,timestamp,azione', 'userId time action'],
    ['klant_id,timestamp,actie', 'userId time action'],
    ['顧客番号,timestamp,イベント名', 'userId time action'],
    ['고객번호,timestamp,이벤트 유형', 'userId time action'],
    ['Member No.,timestamp,Action', 'userId time action'],
    ['下单帐号,时间,评价内容', 'userId time text'],
    ['设备编号,时间,事件', 'userId time action'],
    ['账号ID,时间,弹幕内容', 'userId time text'],
    ['recipient_email,timestamp,event', 'userId time action'],
    // The client of a web log is a program.
    ['client,timestamp,event', 'extra time action'],
    // The surest name wins, the other is kept as it is.
    ['date,timestamp,id,user_id,action', 'extra time extra userId action'],
    ['event_time,timestamp,user_id,event', 'extra time userId action'],
  ])('%s', (header, roles) => {
    expect(rolesByName(header.split(','), 'behaviours').join(' ')).toBe(roles);
  });
});

it('of a profile, everything but the user is a field', () => {
  expect(rolesByName(['id', '用户ID', 'city', 'time', ''], 'profiles')).toEqual([
    'profile',
    'userId',
    'profile',
    'profile',
    'ignore',
  ]);
});

describe('what does not do is told', () => {
  it('which columns are missing and which were found', () => {
    const header = ['uid', 'city', 'note'];
    expect(checkRoles(header, rolesByName(header, 'behaviours'), 'behaviours')).toEqual({
      code: 'import.missing_column',
      params: { missing: 'timestamp, behavior_text / action', found: 'uid, city, note' },
    });
    expect(checkRoles(['city'], ['profile'], 'profiles')).toMatchObject({ params: { missing: 'user_id' } });
  });

  it('a mapping of another file', () => {
    expect(checkRoles(['a', 'b'], ['userId'], 'profiles')).toEqual({
      code: 'import.mapping_length',
      params: { expected: 2, found: 1 },
    });
  });

  it('two columns for one thing', () => {
    expect(checkRoles(['a', 'b', 'c', 'd'], ['userId', 'time', 'time', 'text'], 'behaviours')).toEqual({
      code: 'import.duplicate_role',
      params: { columns: 'b, c' },
    });
  });

  it('nothing when all is there', () => {
    expect(checkRoles(['a', 'b', 'c'], ['userId', 'time', 'action'], 'behaviours')).toBeNull();
    expect(checkRoles(['a', 'b', 'c'], ['userId', 'time', 'text'], 'behaviours')).toBeNull();
    expect(checkRoles(['a', 'b'], ['userId', 'profile'], 'profiles')).toBeNull();
  });
});

it('columns are kept under names of their own', () => {
  expect(columnNames(['a', ' a ', '', 'a', 'a (2)'])).toEqual(['a', 'a (2)', '#3', 'a (3)', 'a (2) (2)']);
});

describe('the delimiter is told', () => {
  it.each([
    ['user_id,time,text\nu1,2025-01-01,看车;看房\n', ','],
    ['user_id\ttime\ttext\nu1\t2025-01-01\ta,b,c\n', '\t'],
    ['user_id;time;text\nu1;2025-01-01;1,5\nu2;2025-01-01;2,5\n', ';'],
    ['user_id|time|text\r\nu1|2025-01-01|x\r\n', '|'],
    ['"user;id;x",time\n"a;b;c",2\n', ','],
    ['user_id\nu1\n', ','],
    ['user_id\x01time\x01text\nu1\x012025-01-01\x01x\n', '\x01'],
    ['1::71::5::960000001\n1::72::3::960000101\n', '::'],
    ['用户ID，时间，行为\nu1，2025-01-01，看车\n', '，'],
    ['用户ID,时间,行为\nu1,2025-01-01,看车，看房，下单\n', ','],
    ['用户ID\t,时间\t,行为\t\nu1\t,2025-01-01\t,看车\t\n', ','],
    ['a log\nof a shop\nuser_id;time;text\nu1;2025-01-01;x\nu1;2025-01-01;y\n', ';'],
    // Lists in a cell have more items than the table has columns.
    ['uid,time,event,tags\nu1,2025-01-01,view,a|b|c|d|e|f\nu2,2025-01-02,buy,b|b|c|d|a|f\n', ','],
    ['uid\ttime\tvector\nu1\t2025-01-01\t.1;.2;.3;.4;.5\nu2\t2025-01-02\t.5;.4;.3;.2;.1\n', '\t'],
    // A header of R has one name less than the rows have cells.
    ['"user","time","text"\n"1","u1","2025-01-01","x"\n"2","u2","2025-01-02","y"\n', ','],
    // Blanks are no delimiter.
    ['2025-01-01 09:05 1.1.1.1 /a\n2025-01-01 09:06 1.1.1.1 /b\n', ','],
  ])('%j', (text, expected) => {
    expect(sniffDialect(text).delimiter).toBe(expected);
  });
});
