type List = readonly [string, ...string[]];

export interface Brand {
  name: string;
  models: List;
  /** In 10,000 yuan: what somebody who looks at the brand means to spend. */
  budget: readonly [number, number];
}

/** Brands and models that people in China shop for. */
export const BRANDS: readonly [Brand, ...Brand[]] = [
  { name: '比亚迪', models: ['海豹06', '元PLUS', '海鸥', '宋L', '腾势D9'], budget: [8, 35] },
  { name: '吉利', models: ['银河L7', '星瑞', '熊猫mini', '银河E5'], budget: [5, 20] },
  { name: '长安', models: ['深蓝S07', 'CS75 PLUS', '逸动', '启源A07'], budget: [8, 20] },
  { name: '奇瑞', models: ['瑞虎8', '艾瑞泽8', '风云T9'], budget: [8, 18] },
  { name: '理想', models: ['L6', 'L7', 'L9', 'MEGA'], budget: [25, 55] },
  { name: '蔚来', models: ['ET5', 'ES6', 'ES8'], budget: [28, 55] },
  { name: '小鹏', models: ['MONA M03', 'P7', 'G6', 'X9'], budget: [12, 40] },
  { name: '问界', models: ['M5', 'M7', 'M9'], budget: [23, 57] },
  { name: '特斯拉', models: ['Model 3', 'Model Y'], budget: [23, 36] },
  { name: '大众', models: ['速腾', '帕萨特', '途岳', 'ID.3'], budget: [11, 25] },
  { name: '丰田', models: ['卡罗拉', 'RAV4荣放', '赛那'], budget: [10, 40] },
  { name: '本田', models: ['思域', 'CR-V', '雅阁'], budget: [11, 26] },
  { name: '宝马', models: ['3系', 'X3', 'i3'], budget: [25, 50] },
  { name: '奥迪', models: ['A4L', 'Q5L', 'A6L'], budget: [24, 60] },
  { name: '红旗', models: ['H5', 'HS5', 'E-QM5'], budget: [13, 30] },
];

export const CAR_MEDIA: List = ['汽车之家', '懂车帝', '易车', '太平洋汽车', '爱卡汽车', '网易汽车'];
export const CAR_APPS: List = ['汽车之家', '懂车帝', '易车', '瓜子二手车'];
export const LIFE_APPS: List = [
  '微信',
  '抖音',
  '小红书',
  '哔哩哔哩',
  '高德地图',
  '美团',
  '淘宝',
  '网易云音乐',
  '知乎',
  '喜马拉雅',
];
export const SEARCH_APPS: List = ['懂车帝', '汽车之家', '百度', '抖音', '小红书'];
export const SEARCH_TOPICS: List = [
  '落地价',
  '油耗',
  '续航',
  '口碑',
  '保养费用',
  '优惠',
  '配置对比',
  '试驾',
  '置换补贴',
  '空间',
];
export const LIFE_PLACES: List = [
  '滨江购物中心',
  '万象影城',
  '城北健身房',
  '湖畔咖啡馆',
  '儿童乐园',
  '体育公园',
  '火车南站',
  '科技园食堂',
  '老街火锅店',
  '会展中心',
];
export const CAR_PLACES: List = ['汽车城展厅', '国际车展', '新能源体验中心', '二手车交易市场'];
export const CITIES: List = [
  '北京',
  '上海',
  '广州',
  '深圳',
  '杭州',
  '成都',
  '重庆',
  '西安',
  '苏州',
  '郑州',
  '长沙',
  '青岛',
  '合肥',
  '宁波',
];
export const DISTRICTS: List = ['城东', '城西', '城南', '城北', '高新区', '开发区', '滨湖', '新城'];
export const OCCUPATIONS: List = [
  '工程师',
  '教师',
  '医生',
  '公务员',
  '个体经营者',
  '设计师',
  '销售经理',
  '会计',
  '自由职业',
  '学生',
];
export const INTERESTS: List = [
  '露营',
  '摄影',
  '骑行',
  '美食',
  '电影',
  '篮球',
  '亲子',
  '旅行',
  '数码',
  '园艺',
  '钓鱼',
  '音乐',
];
